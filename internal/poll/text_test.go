package poll_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/poll"
)

const family = "👨‍👩‍👧‍👦"

func TestParseTextNormalises(t *testing.T) {
	for name, test := range map[string]struct{ raw, want string }{
		"plain":                    {"Pizza", "Pizza"},
		"trimmed":                  {" \t Pizza\u3000\n", "Pizza"},
		"white space folded":       {"ice \t\r\n cream", "ice cream"},
		"no-break space":           {"ice\u00a0cream", "ice cream"},
		"braille blank":            {"\u2800ice\u2800cream", "ice cream"},
		"composed":                 {"Cafe\u0301", "Café"},
		"composed over fillers":    {"Cafe\u200b\u0301", "Café"},
		"control characters":       {"a\x00b\x1b[31mc\x7f", "ab[31mc"},
		"invalid UTF-8":            {"a\xff\xfeb", "ab"},
		"override":                 {"abc\u202edef\u202c", "abcdef"},
		"isolates":                 {"\u2067abc\u2069", "abc"},
		"direction marks":          {"\u200fabc\u200e", "abc"},
		"zero-width space":         {"pi\u200bzza", "pizza"},
		"byte order mark":          {"\ufeffpizza", "pizza"},
		"soft hyphen":              {"piz\u00adza", "pizza"},
		"Hangul fillers":           {"\u3164a\uffa0\u115f", "a"},
		"marks before a letter":    {"\u0301\u0302a", "a"},
		"a tower of marks":         {"Z" + strings.Repeat("\u0335", 50), "Z" + strings.Repeat("\u0335", 8)},
		"joiners at the ends":      {"\u200d\u200cx\u200c\u200d", "x"},
		"joiners in a row":         {"👩\u200d\u200d\u200d👧", "👩\u200d👧"},
		"tags without a flag":      {"a\U000e0041\U000e0042b", "ab"},
		"family":                   {family, family},
		"skin tone":                {"👍🏽", "👍🏽"},
		"heart with a selector":    {"❤️", "❤️"},
		"keycap":                   {"1️⃣", "1️⃣"},
		"flag of letters":          {"🇨🇭", "🇨🇭"},
		"flag of tags":             {"🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"},
		"Arabic":                   {"مرحبًا بالعالم", "مرحبًا بالعالم"},
		"Hebrew with points":       {"שָׁלוֹם", "שָׁלוֹם"},
		"Hindi":                    {"क्\u200dष हिन्दी में", "क्\u200dष हिन्दी में"},
		"Persian":                  {"می\u200cخواهم", "می\u200cخواهم"},
		"Thai":                     {"น้ำพริก", "น้ำพริก"},
		"Thai, a long word":        {strings.Repeat("ที่นี่", 4), strings.Repeat("ที่นี่", 4)}, // more marks than a letter may have
		"Hindi, a long word":       {strings.Repeat("निर्दे", 4), strings.Repeat("निर्दे", 4)},
		"Tibetan":                  {"རྒྱལ་པོ", "རྒྱལ་པོ"},
		"Korean":                   {"\u1112\u1161\u11ab국", "한국"},
		"what breaks other people": {`<b>&"'%s{{}}?~>` + "`", `<b>&"'%s{{}}?~>` + "`"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := poll.ParseText("text", test.raw, 100)
			if err != nil {
				t.Fatal(err)
			}
			if want := norm.NFC.String(test.want); got.Text != want {
				t.Errorf("%+q became %+q, want %+q", test.raw, got.Text, want)
			}
		})
	}
}

func TestParseTextCountsWhatPeopleSee(t *testing.T) {
	for name, character := range map[string]string{
		"letters": "a", "accents": "e\u0301", "emoji": "😀", "families": family, "Hindi": "नि", "flags": "🇨🇭", "Hangul": "\u1112\u1161\u11ab",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := poll.ParseText("name", strings.Repeat(character, 25), 25); err != nil {
				t.Errorf("25: %v", err)
			}
			_, err := poll.ParseText("name", strings.Repeat(character, 26), 25)
			if got, want := refusal(t, err).Message, "name must be 1 to 25 characters long"; got != want {
				t.Errorf("26: %q, want %q", got, want)
			}
		})
	}
}

func TestParseTextBoundsACharacter(t *testing.T) {
	chain := strings.Repeat("👩\u200d", 1000) + "👩" // one character
	if n := uniseg.GraphemeClusterCount(chain); n != 1 {
		t.Fatalf("it has %d characters", n)
	}
	_, err := poll.ParseText("name", chain, 25)
	if got, want := refusal(t, err).Message, "name must be made of simpler characters"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestKeysOfTheSame(t *testing.T) {
	for name, same := range map[string][]string{
		"case":            {"Pizza", "PIZZA", "pizza"},
		"spacing":         {"ice cream", "  Ice   Cream\t", "ice\u00a0cream"},
		"accents":         {"Crème brûlée", "creme brulee", "CREME BRÛLÉE"},
		"sharp s":         {"Straße", "STRASSE", "strasse"},
		"dotted i":        {"İstanbul", "istanbul"},
		"final sigma":     {"ΟΔΟΣ", "οδος", "οδός"},
		"width":           {"Ｐｉｚｚａ", "Pizza"},
		"half-width kana": {"ﾊﾞｽ", "バス"},
		"quotes":          {"Joe’s", "Joe's", "joe‘s"},
		"dashes":          {"10–12", "10-12", "10—12"},
		"selector":        {"❤️", "❤"},
		"harakat":         {"مَرْحَبًا", "مرحبا"},
		"hamza":           {"أحمد", "احمد"},
		"points":          {"שָׁלוֹם", "שלום"},
		"non-joiner":      {"می\u200cخواهم", "میخواهم"},
		"yo":              {"Ёлка", "елка"},
	} {
		t.Run(name, func(t *testing.T) {
			first := text(t, same[0])
			for _, other := range same[1:] {
				if got := text(t, other); got.Key != first.Key {
					t.Errorf("the key of %q is %+q, that of %q is %+q", same[0], first.Key, other, got.Key)
				}
			}
		})
	}
}

func TestKeysOfOthers(t *testing.T) {
	for name, pair := range map[string][2]string{
		"words":       {"Pizza", "Pasta"},
		"word breaks": {"now here", "nowhere"},
		"Hindi":       {"कुल", "कल"},
		"Thai":        {"กิน", "กัน"},
		"Japanese":    {"バス", "ハス"},
		"powers":      {"2⁵", "25"},
		"emoji":       {"👍", "👎"},
		"symbols":     {"C", "C++"},
	} {
		t.Run(name, func(t *testing.T) {
			if a, b := text(t, pair[0]), text(t, pair[1]); a.Key == b.Key {
				t.Errorf("%q and %q have the key %q", pair[0], pair[1], a.Key)
			}
		})
	}
}

func TestTextJSON(t *testing.T) {
	for raw, want := range map[string]string{
		"pizza":    `"pizza"`,
		"Pizza":    `["Pizza","pizza"]`,
		"a < b":    `"a < b"`,
		`say "hi"`: `"say \"hi\""`,
	} {
		txt := text(t, raw)
		data := toJSON(t, txt)
		var decoded poll.Text
		if err := json.Unmarshal([]byte(data), &decoded); err != nil || decoded != txt {
			t.Errorf("%s became %+v, %v", data, decoded, err)
		}
		var want2, got any
		_ = json.Unmarshal([]byte(want), &want2)
		_ = json.Unmarshal([]byte(data), &got)
		if toJSON(t, got) != toJSON(t, want2) {
			t.Errorf("%q is %s, want %s", raw, data, want)
		}
	}
	for _, data := range []string{`1`, `{}`, `["a"]`, `["a","b","c"]`, `[1,2]`} {
		var txt poll.Text
		if err := json.Unmarshal([]byte(data), &txt); err == nil {
			t.Errorf("%s became %+v", data, txt)
		}
	}
}

// checkText checks what holds for all that ParseText lets through.
func checkText(t rapid.TB, raw string, limit int) {
	t.Helper()
	txt, err := poll.ParseText("text", raw, limit)
	if err != nil {
		if refusal(t, err).Code != poll.BadRequest {
			t.Errorf("error %v", err)
		}
		return
	}
	again, err := poll.ParseText("text", txt.Text, limit)
	if err != nil || again != txt {
		t.Errorf("%+q, once more: %+q, %v", txt, again, err)
	}
	switch n := uniseg.GraphemeClusterCount(txt.Text); {
	case n < 1 || n > limit:
		t.Errorf("%+q has %d characters", txt.Text, n)
	case !utf8.ValidString(txt.Text) || !norm.NFC.IsNormalString(txt.Text) || strings.TrimSpace(txt.Text) != txt.Text:
		t.Errorf("%+q is not normal", txt.Text)
	case strings.ContainsAny(txt.Text, "\x00\n\r\t\x7f\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
		t.Errorf("%+q disturbs", txt.Text)
	case txt.Key == "" || !utf8.ValidString(txt.Key):
		t.Errorf("%+q has the key %+q", txt.Text, txt.Key)
	}
}

func TestKeysFoldCaseAndSpacing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[A-Za-z0-9àéîõüßñçøœ]{1,8}`), 1, 5).Draw(r, "words")
		gap := rapid.SampledFrom([]string{" ", "  ", "\t", "\u00a0"}).Draw(r, "gap")
		a, err := poll.ParseText("text", strings.Join(words, " "), 100)
		if err != nil {
			r.Fatal(err)
		}
		for _, variant := range []func(string) string{strings.ToUpper, strings.ToLower, norm.NFD.String} {
			b, err := poll.ParseText("text", gap+variant(strings.Join(words, gap)), 100)
			if err != nil || a.Key != b.Key {
				r.Fatalf("%+q has the key %+q, %+q has %+q, %v", a.Text, a.Key, b.Text, b.Key, err)
			}
		}
	})
}

// ASCII has a way of its own to a key, and é a longer one.
func TestKeysOfASCIIAreThoseOfAllTexts(t *testing.T) {
	var ascii strings.Builder
	for c := byte(' '); c <= '~'; c++ {
		ascii.WriteByte(c)
	}
	short, long := text(t, ascii.String()), text(t, ascii.String()+"é")
	if short.Key+"e" != long.Key {
		t.Errorf("the keys are %q and, with an e, %q", short.Key, long.Key)
	}
}

func TestParseTextHolds(t *testing.T) {
	// Characters that meet each other in strange ways.
	odd := []rune("a \t\u00a0\u0301\u0335\u200b\u200c\u200d\u202e\u2066👩👧🏽🏴\U000e0067\U000e007f\ufe0f\u20e3\u3164é\u1112\u1161\u11abकि्\u3099か\ufb2cשׁ\u0654ا\u2800\u034f\uffa0ﾊﾞ")
	rapid.Check(t, func(r *rapid.T) {
		raw := string(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(odd), rapid.Rune()), 0, 60).Draw(r, "raw"))
		checkText(t, raw, 40)
	})
}

func FuzzParseText(f *testing.F) {
	for _, raw := range []string{"", "Pizza", family, "\u0301a\u0301", "a\u202eb", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\xff", "ﾊﾞ\u3099", "हिन्दी", strings.Repeat("é", 30)} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) { checkText(t, raw, poll.MaxName) })
}
