package office

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"lotteryledger/audit"
	"lotteryledger/audit/durable"
	"lotteryledger/domain/notice"
)

// Texts is the folder in which an office keeps the texts of its notices, each under its digest.
type Texts string

func (f Texts) path(t notice.Text) string {
	return filepath.Join(string(f), filepath.Base(audit.NoticePath(t.SHA256)))
}

// Read returns a text.
func (f Texts) Read(t notice.Text) (string, error) {
	raw, err := os.ReadFile(f.path(t))
	return string(raw), err
}

// keep makes a text durable.
func (f Texts) keep(t notice.Text, raw []byte) error {
	if got, err := f.Read(t); err == nil && sha256.Sum256([]byte(got)) == t.SHA256 {
		return nil
	}
	if err := durable.MakeFolder(string(f), 0o700); err != nil {
		return err
	}
	return durable.Replace(f.path(t), 0o600, durable.Bytes(raw))
}

// NoticeText is a text of a notice, in the language of a [notice.Text].
type NoticeText struct {
	Language string
	Text     []byte
}

// PublishNotice puts a notice into force. The texts are kept before the event that names them: a
// notice in the ledger always has its texts. An office without a folder for them keeps none.
func (o *Office) PublishNotice(
	ctx context.Context, by Author, id string, texts []NoticeText,
) ([]notice.Text, error) {
	named, err := o.keepTexts(ctx, by, notice.TypePublished, texts)
	if err == nil {
		_, err = o.Execute(ctx, by, Notice(id, notice.Publish{Texts: named}))
	}
	return named, err
}

// ReplaceNotice puts other texts in the place of those of a notice, in the same order.
func (o *Office) ReplaceNotice(
	ctx context.Context, by Author, id string, texts []NoticeText,
) ([]notice.Text, error) {
	named, err := o.keepTexts(ctx, by, notice.TypeReplaced, texts)
	if err == nil {
		_, err = o.Execute(ctx, by, Notice(id, notice.Replace{Texts: named}))
	}
	return named, err
}

func (o *Office) keepTexts(
	ctx context.Context, by Author, eventType string, texts []NoticeText,
) (named []notice.Text, err error) {
	for _, t := range texts {
		if err := notice.Check(t.Text); err != nil {
			return nil, fmt.Errorf("the text in %s: %w", t.Language, err)
		}
		named = append(named, notice.Text{
			Language: t.Language, SHA256: sha256.Sum256(t.Text), Size: uint64(len(t.Text)),
		})
	}
	if err := o.RequireAuthor(ctx, by, eventType); err != nil {
		return nil, err
	}
	for i, t := range named {
		if o.Texts == "" {
			continue
		}
		if err := o.Texts.keep(t, texts[i].Text); err != nil {
			return nil, fmt.Errorf("keeping the text of the notice: %w", err)
		}
	}
	return named, nil
}
