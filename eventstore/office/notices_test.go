package office_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/notice"
	"lotteryledger/eventstore/office"
)

func noticeTexts(text string) []office.NoticeText {
	return []office.NoticeText{{Language: notice.Languages[0], Text: []byte(text)}}
}

// TestNotices: the texts are kept before the event that names them, and a refused text or author
// leaves nothing.
func TestNotices(t *testing.T) {
	s := scenes(t)["founded"].copied()
	dir := filepath.Join(t.TempDir(), "notices")
	s.Texts = office.Texts(dir)
	refused := map[string]error{}
	_, refused["not_allowed"] = s.PublishNotice(
		ctx, s.author(s.as("rev", "a")), "n1", noticeTexts("one"))
	_, refused["notice_personal"] = s.PublishNotice(
		ctx, s.author(s.as("adm", "b")), "n1", noticeTexts("11010519491231002X"))
	_, refused["invalid_notice"] = s.PublishNotice(
		ctx, s.author(s.as("adm", "c")), "n1", noticeTexts("\xff"))
	for code, err := range refused {
		requireCode(t, code, err)
	}
	require.NoDirExists(t, dir)

	s.store.appends, s.store.fail = 0, 1
	_, err := s.PublishNotice(ctx, s.author(s.as("adm", "d")), "n1", noticeTexts("one"))
	require.ErrorIs(t, err, errDown)
	s.store.fail = 0
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "the text comes first")

	for range 2 { // repeated
		named, err := s.PublishNotice(ctx, s.author(s.as("adm", "e")), "n1", noticeTexts("one"))
		require.NoError(t, err)
		text, err := s.Texts.Read(named[0])
		require.NoError(t, err)
		require.Equal(t, "one", text)
	}
	named, err := s.ReplaceNotice(ctx, s.author(s.as("adm", "f")), "n1", noticeTexts("two"))
	require.NoError(t, err)
	text, err := s.Texts.Read(named[0])
	require.NoError(t, err)
	require.Equal(t, "two", text)
	s.Texts = ""
	_, err = s.ReplaceNotice(ctx, s.author(s.as("adm", "g")), "n1", noticeTexts("three"))
	require.NoError(t, err, "an office without a folder keeps none")
	files, err = os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 2)
}
