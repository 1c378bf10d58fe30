package words

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeys: all languages have the same keys, each once and sorted, and their texts take the
// same arguments.
func TestKeys(t *testing.T) {
	verbs := regexp.MustCompile(`%(\[\d+\])?[-+ #0]*\d*[a-z]`)
	first := all[Languages[0]]
	for _, language := range Languages {
		raw, err := files.ReadFile(language + ".json")
		require.NoError(t, err)
		var keys []string
		for _, m := range regexp.MustCompile(`(?m)^  "([^"]+)": `).FindAllStringSubmatch(
			string(raw), -1) {
			keys = append(keys, m[1])
		}
		require.True(t, slices.IsSorted(keys), language)
		require.Len(t, slices.Compact(slices.Clone(keys)), len(keys), language)
		require.Len(t, all[language].texts, len(keys), language)
		for key, text := range first.texts {
			require.Contains(t, all[language].texts, key, language)
			require.Len(t, verbs.FindAllString(all[language].texts[key], -1),
				len(verbs.FindAllString(text, -1)), "%s of %s", key, language)
		}
		require.Len(t, all[language].texts, len(first.texts))
		require.NoError(t, json.Unmarshal(raw, &map[string]string{}))
	}
}

func TestFormat(t *testing.T) {
	w := &Words{texts: map[string]string{
		"plain": "%d application{|s} of %s {is|are} %s", "indexed": "%[2]s %[1]d application{|s}",
		"percent": "%d %% of %d seat{|s}",
	}}
	require.Equal(t, "1 application of r2 is approved", w.Format("plain", 1, "r2", "approved"))
	require.Equal(t, "0 applications of 1 are approved",
		w.Format("plain", uint64(0), "1", "approved"))
	require.Equal(t, "approved 1 application", w.Format("indexed", int64(1), "approved"))
	require.Equal(t, "50 % of 1 seat", w.Format("percent", 50, 1))
	require.Equal(t, "missing", w.Text("missing"))
	require.Equal(t, "other", Name(w, "plain", "other"))
}

func TestOfEnvironment(t *testing.T) {
	for _, c := range []struct{ all, lang, want string }{
		{"", "", English},
		{"", "zh_CN.UTF-8", Chinese},
		{"C", "zh_CN.UTF-8", English},
		{"zh", "C", Chinese},
	} {
		t.Setenv("LC_ALL", c.all)
		t.Setenv("LC_MESSAGES", "")
		t.Setenv("LANG", c.lang)
		require.Equal(t, c.want, OfEnvironment())
	}
}
