// Package webpage makes the page of the web client as each address needs it: with what the first
// paint shows, the scripts that come next, and what messengers show of a link to a poll.
package webpage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"strings"

	"github.com/caucus-live/caucus/internal/poll"
)

// Releases is where programs with their pages are.
const Releases = "https://github.com/caucus-live/caucus/releases"

// notBuilt is the page of a server that was compiled without its web client, as go
// install does.
const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Caucus</title>
<p>The web client is not built into this server. Take a release from
<a href="` + Releases + `">` + Releases + `</a>, or run <code>make build</code> in a clone of the repository. The API and the
sockets work without it.</p>
</html>
`

// A Page is an address of the client, as one person asks for it.
type Page struct {
	Home   string // where others reach the first page, with a slash at the end
	Base   string // the path in front of every other: "" or one such as /vote
	Path   string // below Base
	Locale Locale
	Poll   Poll // what is known of the poll that the path names
}

// A Poll is what a page says of one.
type Poll struct {
	Summary *poll.Summary // nil if there is nothing to say
	Missing bool          // no poll has the code
}

// A Client is the built web client. Its methods may be called concurrently.
type Client struct {
	source string
	policy string
	parts  parts
}

// What the client's index.html has where the server puts something.
const (
	htmlTag  = `<html lang="en">`
	baseTag  = `<base href="/" />`
	titleTag = `<title>Caucus</title>`
	heading  = `<div data-topic></div>`

	shellStart = `<div id="root">`
	shellEnd   = `<!-- shell ends -->`
)

// New reads the page of a built client; nil stands for one that was not built, and its page says so.
// Without the list of its parts, which the build writes, nothing is loaded early.
func New(web fs.FS) (*Client, error) {
	if web == nil {
		return &Client{source: notBuilt, policy: ownStyles}, nil
	}
	source, err := fs.ReadFile(web, "index.html")
	if err != nil {
		return nil, fmt.Errorf("webpage: %w", err)
	}
	list, err := readParts(web)
	if err != nil {
		return nil, err
	}
	policy, err := stylePolicy(web)
	if err != nil {
		return nil, err
	}
	return &Client{string(source), policy, list}, nil
}

// StylePolicy is the Content-Security-Policy's style-src: the client's own files, and the styles
// that stand in its pages, by their hashes.
func (c *Client) StylePolicy() string { return c.policy }

// Render returns the HTML of a page.
func (c *Client) Render(p Page) []byte {
	source := c.source
	if p.Path == "/present/" || p.Path == "/embed/" {
		source = withoutShell(source)
	}
	return []byte(strings.NewReplacer(
		htmlTag, fmt.Sprintf(`<html lang="%s" dir="%s">`, p.Locale, p.Locale.direction()),
		baseTag, `<base href="`+html.EscapeString(p.Base)+`/" />`,
		titleTag, c.head(p),
		heading, topicOf(p.Poll),
	).Replace(source))
}

// withoutShell is the page with nothing to see before the program runs.
func withoutShell(source string) string {
	before, rest, ok := strings.Cut(source, shellStart)
	_, after, ends := strings.Cut(rest, shellEnd)
	if !ok || !ends {
		return source
	}
	return before + shellStart + after
}

// head is what stands in the place of the title.
func (c *Client) head(p Page) string {
	var b strings.Builder
	title := "Caucus"
	if s := p.Poll.Summary; s != nil {
		title = s.Topic + " · Caucus"
	}
	fmt.Fprintf(&b, "<title>%s</title>", html.EscapeString(title))
	for _, file := range c.parts.early(p.Path, p.Locale) {
		fmt.Fprintf(&b, "\n    <link rel=\"modulepreload\" href=\"./%s\" />", html.EscapeString(file))
	}
	preview(&b, p)
	embed(&b, p.Poll)
	return b.String()
}

// preview writes what messengers and networks show of a link.
func preview(b *strings.Builder, p Page) {
	meta := func(property, content string) {
		fmt.Fprintf(b, "\n    <meta property=\"og:%s\" content=\"%s\" />", property, html.EscapeString(content))
	}
	title, description := "Caucus", p.Locale.words().about
	if s := p.Poll.Summary; s != nil {
		title, description = s.Topic, p.Locale.words().invitation(s)
	}
	meta("type", "website")
	meta("site_name", "Caucus")
	meta("title", title)
	meta("description", description)
	meta("url", p.Home+strings.TrimPrefix(p.Path, "/"))
	meta("image", p.Home+"preview.png")
	meta("image:width", "1200")
	meta("image:height", "630")
	fmt.Fprint(b, "\n    <meta name=\"twitter:card\" content=\"summary_large_image\" />")
}

// embed writes what the client would ask for next. It is data, which no browser runs, and JSON of
// package json has no character that ends a script.
func embed(b *strings.Builder, p Poll) {
	if p.Summary == nil && !p.Missing {
		return
	}
	data, err := json.Marshal(p.Summary)
	if err != nil {
		return // the client asks for it
	}
	fmt.Fprintf(b, "\n    <script type=\"application/json\" id=\"summary\">%s</script>", bytes.TrimSpace(data))
}

// topicOf is the heading of a poll's page.
func topicOf(p Poll) string {
	if p.Summary == nil {
		return ""
	}
	return `<h1 class="text-4xl leading-[1.05] font-extrabold tracking-tight sm:text-5xl"><bdi>` +
		html.EscapeString(p.Summary.Topic) + `</bdi></h1>`
}
