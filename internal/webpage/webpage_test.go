package webpage_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/webpage"
)

const manifest = `{
	"index.html": {"file": "assets/index.js", "isEntry": true},
	"_shared.js": {"file": "assets/shared.js", "imports": ["index.html"]},
	"src/welcome/welcome-page.tsx": {"file": "assets/welcome.js", "imports": ["index.html", "_shared.js"]},
	"src/locales/en.po": {"file": "assets/en.js"},
	"src/locales/ar.po": {"file": "assets/ar.js"}
}`

func client(t *testing.T) *webpage.Client {
	t.Helper()
	source, err := os.ReadFile("../../web/index.html") // the client's own, before it is built
	if err != nil {
		t.Fatal(err)
	}
	c, err := webpage.New(fstest.MapFS{
		"index.html":          {Data: source},
		".vite/manifest.json": {Data: []byte(manifest)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func lunch(phase poll.Phase) *poll.Summary {
	return &poll.Summary{ID: "K7M4QX", Topic: `"Lunch" </script><b>& more</b>`, Phase: phase}
}

func TestPoll(t *testing.T) {
	got := string(client(t).Render(webpage.Page{
		Home: "https://polls.example/vote/", Base: "/vote", Path: "/p/K7M4QX", Locale: "ar",
		Poll: webpage.Poll{Summary: lunch(poll.Voting)},
	}))
	for _, want := range []string{
		`<html lang="ar" dir="rtl">`,
		`<base href="/vote/" />`,
		`<title>&#34;Lunch&#34; &lt;/script&gt;&lt;b&gt;&amp; more&lt;/b&gt; · Caucus</title>`,
		`<meta property="og:title" content="&#34;Lunch&#34; &lt;/script&gt;&lt;b&gt;&amp; more&lt;/b&gt;" />`,
		`<meta property="og:description" content="أنت مدعوّ`,
		`<meta property="og:url" content="https://polls.example/vote/p/K7M4QX" />`,
		`<meta property="og:image" content="https://polls.example/vote/preview.png" />`,
		`<link rel="modulepreload" href="./assets/ar.js" />`,
		`<bdi>&#34;Lunch&#34; &lt;/script&gt;&lt;b&gt;&amp; more&lt;/b&gt;</bdi></h1>`,
		`id="summary">{"id":"K7M4QX","topic":"\"Lunch\" \u003c/script\u003e`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(got, "<b>") {
		t.Error("a topic is markup")
	}
}

func TestDescription(t *testing.T) {
	revealed := lunch(poll.Closed)
	revealed.Revealed = true
	for want, p := range map[string]webpage.Poll{
		"Decide together: nominate, rank and count, live.": {},
		"You are invited to decide. Nominations are open.": {Summary: lunch(poll.Lobby)},
		"You are invited to decide. Voting is open.":       {Summary: lunch(poll.Voting)},
		"Voting has closed. The result comes soon.":        {Summary: lunch(poll.Closed)},
		"Voting has closed. See the result.":               {Summary: revealed},
	} {
		got := string(client(t).Render(webpage.Page{Path: "/p/K7M4QX", Locale: "en", Poll: p}))
		if !strings.Contains(got, `<meta property="og:description" content="`+want) {
			t.Errorf("not described as %q", want)
		}
	}
}

// A page says nothing of a poll that is not introduced, and null of one that does not exist.
func TestUnknownPoll(t *testing.T) {
	for want, p := range map[string]webpage.Poll{"": {}, `id="summary">null</script>`: {Missing: true}} {
		got := string(client(t).Render(webpage.Page{Path: "/p/", Locale: "en", Poll: p}))
		if strings.Contains(got, `id="summary"`) != p.Missing || !strings.Contains(got, want) {
			t.Errorf("%v: %s", p, got)
		}
		if !strings.Contains(got, "<title>Caucus</title>") {
			t.Errorf("%v has a title", p)
		}
	}
}

func TestEarlyParts(t *testing.T) {
	for path, want := range map[string][]string{
		"/":         {"./assets/en.js", "./assets/welcome.js", "./assets/shared.js"},
		"/p/K7M4QX": {"./assets/en.js"},
		"/nothing":  {"./assets/en.js"},
	} {
		page := string(client(t).Render(webpage.Page{Path: path, Locale: "en"}))
		var got []string
		for _, link := range strings.Split(page, `<link rel="modulepreload" href="`)[1:] {
			file, _, _ := strings.Cut(link, `"`)
			got = append(got, file)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

// Every page that is a piece of its own is one that the client has.
func TestSourcesExist(t *testing.T) {
	for _, source := range webpage.Sources() {
		if _, err := os.Stat("../../web/" + source); err != nil {
			t.Error(err)
		}
	}
}

// What people see first is the frame of a page, but on a screen and in a frame of another site.
func TestShell(t *testing.T) {
	for path, want := range map[string]bool{"/": true, "/p/K7M4QX": true, "/present/": false, "/embed/": false} {
		got := string(client(t).Render(webpage.Page{Path: path, Locale: "en"}))
		if strings.Contains(got, "<header") != want || !strings.Contains(got, `<div id="root">`) {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestStylePolicy(t *testing.T) {
	c, err := webpage.New(fstest.MapFS{
		"index.html":   {Data: []byte("<style>a{}</style>")},
		"offline.html": {Data: []byte("<style>\nb{}</style>")},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = "style-src 'self' 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk=' 'sha256-jH0lUn02eClrG3HpikS4zPlH/X0z+JSDdqykyXqEUmI='"
	if got := c.StylePolicy(); got != want {
		t.Errorf("%s", got)
	}
}

func TestClientThatWasNotBuilt(t *testing.T) {
	c, err := webpage.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(c.Render(webpage.Page{Path: "/", Locale: "en"})); !strings.Contains(got, "The web client is not built") {
		t.Error(got)
	}
	if got := c.StylePolicy(); got != "style-src 'self'" {
		t.Error(got)
	}
}

func TestBadList(t *testing.T) {
	for _, web := range []fstest.MapFS{{}, {"index.html": {}, ".vite/manifest.json": {Data: []byte("[")}}} {
		if _, err := webpage.New(web); err == nil {
			t.Errorf("%v is a client", web)
		}
	}
}

func TestPreferredLocale(t *testing.T) {
	for field, want := range map[string]webpage.Locale{
		"": "en", "*": "en", "fr": "en", "de-AT,de;q=0.9,en;q=0.8": "de", "fr-CH, es-MX;q=0.5, en": "es",
		"AR": "ar", "english, ar": "ar", ",,;q=1,": "en",
	} {
		if got := webpage.PreferredLocale(field); got != want {
			t.Errorf("%q: %s, want %s", field, got, want)
		}
	}
}
