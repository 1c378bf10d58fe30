package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"

	"lotteryledger/audit"
	"lotteryledger/audit/durable"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

func (o *options) noticeCommand() *cobra.Command {
	return group("notice", "what the office tells the public: policies, questions and answers, planned works",
		o.noticeStep("publish", "show a notice", func(texts []notice.Text) notice.Command {
			return notice.Publish{Texts: texts}
		}),
		o.noticeStep("replace", "put other texts in the place of those of a notice", func(texts []notice.Text) notice.Command {
			return notice.Replace{Texts: texts}
		}),
		leaf("withdraw ID", "end a notice", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error {
				by, err := s.author()
				if err != nil {
					return err
				}
				if err := s.execute(ctx, by, office.Notice(args[0], notice.Withdraw{})); err != nil {
					return err
				}
				return s.done(map[string]any{"notice": args[0]}, "notice %s is withdrawn", args[0])
			})
		}),
		leaf("list", "print all notices", cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error { return s.listNotices(ctx) })
		}),
		o.showNoticeCommand())
}

// noticeStep is a command that brings texts.
func (o *options) noticeStep(verb, short string, command func([]notice.Text) notice.Command) *cobra.Command {
	files := make([]string, len(notice.Languages))
	c := leaf(verb+" ID --zh FILE.md [--en FILE.md]", short, cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		var texts []notice.Text
		var raw [][]byte
		for i, language := range notice.Languages {
			if files[i] == "" {
				continue
			}
			b, err := readText(files[i])
			if err != nil {
				return err
			}
			raw = append(raw, b)
			texts = append(texts, notice.Text{Language: language, SHA256: sha256.Sum256(b), Size: uint64(len(b))})
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			for i, t := range texts {
				if err := s.keepText(t, raw[i]); err != nil {
					return fmt.Errorf("keeping the text of the notice: %w", err)
				}
			}
			if err := s.execute(ctx, by, office.Notice(args[0], command(texts))); err != nil {
				return err
			}
			return s.done(map[string]any{"notice": args[0], "texts": texts}, "notice %s: %s, in %d languages", args[0], verb, len(texts))
		})
	})
	for i, language := range notice.Languages {
		c.Flags().StringVar(&files[i], language, "", "its text in "+language+", a file in UTF-8")
	}
	return c
}

// readText reads and checks a text that is to be shown.
func readText(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the text: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(f, notice.MaxText+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("reading the text: %w", err)
	}
	if len(b) > notice.MaxText || !utf8.Valid(b) {
		return nil, fault.New(fault.InvalidNotice, "%s is not text in UTF-8 of at most %d bytes", name, notice.MaxText)
	}
	if err := notice.Check(b); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

func (s *session) textFile(t notice.Text) string {
	return s.path("private", "notices", filepath.Base(audit.NoticePath(t.SHA256)))
}

// keepText makes a text durable before the event that names it.
func (s *session) keepText(t notice.Text, raw []byte) error {
	name := s.textFile(t)
	if got, err := os.ReadFile(name); s.trial != nil || err == nil && sha256.Sum256(got) == t.SHA256 {
		return nil
	}
	if err := durable.MakeFolder(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return durable.Replace(name, 0o600, durable.Bytes(raw))
}

func (s *session) listNotices(ctx context.Context) error {
	var notices []eventstore.Loaded[notice.State]
	for stream, err := range s.store.Streams(ctx, notice.StreamPrefix) {
		if err != nil {
			return fmt.Errorf("reading the notices: %w", err)
		}
		l, err := eventstore.Of(catalog.Notices).Load(ctx, s.store, stream, catalog.Meta{})
		if err != nil {
			return err
		}
		notices = append(notices, l)
	}
	slices.SortFunc(notices, func(a, b eventstore.Loaded[notice.State]) int {
		return a.First.Position.Compare(b.First.Position)
	})
	text, list := fmt.Sprintf("%d notices", len(notices)), []map[string]any{}
	for _, l := range notices {
		id, state := strings.TrimPrefix(l.First.Stream, notice.StreamPrefix), l.State
		text += fmt.Sprintf("\n  %s  %s", id, state.Phase)
		for _, t := range state.Texts {
			text += fmt.Sprintf("  %s %s", t.Language, t.SHA256)
		}
		list = append(list, map[string]any{"notice": id, "phase": state.Phase, "texts": state.Texts})
	}
	return s.print(map[string]any{"notices": list}, "%s", text)
}

func (o *options) showNoticeCommand() *cobra.Command {
	var language string
	c := leaf("show ID", "print the text of a notice", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			l, err := eventstore.Of(catalog.Notices).Load(ctx, s.store, notice.StreamPrefix+args[0], catalog.Meta{})
			if err != nil {
				return err
			}
			if l.State.Phase != notice.PhasePublished {
				return fault.New(fault.UnknownNotice, "no notice %q is in force", args[0])
			}
			for _, t := range l.State.Texts {
				if t.Language != language {
					continue
				}
				raw, err := os.ReadFile(s.textFile(t))
				if err != nil {
					return fmt.Errorf("reading the text of the notice: %w", err)
				}
				return s.print(map[string]any{"notice": args[0], "language": language, "text": string(raw)}, "%s", strings.TrimSuffix(string(raw), "\n"))
			}
			return fault.New(fault.UnknownNotice, "notice %q has no text in %s", args[0], language)
		})
	})
	c.Flags().StringVar(&language, "lang", notice.Languages[0], fmt.Sprintf("one of %v", notice.Languages))
	return c
}
