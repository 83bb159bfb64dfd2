package doctor

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"
)

// patience is how long one request may take, except those that wait on purpose.
var patience = 15 * time.Second // tests wait for less

// maxBody is how much of an answer is read.
const maxBody = 4 << 20

// An answer is a response, read.
type answer struct {
	*http.Response
	body []byte
	took time.Duration
	conn net.Conn // that it came over; it may be closed
}

// words is the beginning of the body, for a report.
func (a *answer) words() string {
	words := strings.Join(strings.Fields(string(a.body)), " ")
	if len(words) > 120 {
		words = strings.ToValidUTF8(words[:120], "") + "…"
	}
	return words
}

// ask sends a request to a path below the base, and reads the answer.
func (e *examination) ask(ctx context.Context, method, path, body string, header ...string) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return e.askPatiently(ctx, method, path, body, header...)
}

// askPatiently is ask without a limit of its own.
func (e *examination) askPatiently(ctx context.Context, method, path, body string, header ...string) (*answer, error) {
	target, err := e.base.Parse(path)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, target.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "caucus-doctor")
	if target.Host == e.base.Host {
		req.Header["Authorization"] = e.authorization()
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	var conn net.Conn
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { conn = info.Conn },
	}))
	start := time.Now()
	res, err := e.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("the answer breaks off: %w", err)
	}
	return &answer{res, data, time.Since(start), conn}, nil
}

// authorization is the value of Authorization, if there is to be one.
func (e *examination) authorization() []string {
	if e.user == nil {
		return nil
	}
	password, _ := e.user.Password()
	return []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(e.user.Username()+":"+password))}
}
