package webpage

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

const ownStyles = "style-src 'self'"

var styleElement = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)

// stylePolicy lists the styles that stand in the client's pages, so that a browser takes them and
// no others.
func stylePolicy(web fs.FS) (string, error) {
	var policy strings.Builder
	policy.WriteString(ownStyles)
	pages, err := fs.Glob(web, "*.html")
	if err != nil {
		return "", fmt.Errorf("webpage: %w", err)
	}
	for _, page := range pages {
		source, err := fs.ReadFile(web, path.Clean(page))
		if err != nil {
			return "", fmt.Errorf("webpage: %w", err)
		}
		for _, style := range styleElement.FindAllSubmatch(source, -1) {
			sum := sha256.Sum256(style[1])
			fmt.Fprintf(&policy, " 'sha256-%s'", base64.StdEncoding.EncodeToString(sum[:]))
		}
	}
	return policy.String(), nil
}
