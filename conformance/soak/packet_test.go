package soak_test

import (
	"fmt"
	"strings"
)

const placeholders = `{"_placeholder":true,"num":0},{"a":[{"_placeholder":true,"num":1}]}`

// fair are packets that a server has to put up with. %n is the guest's namespace,
// %d a small number, %s long text.
var fair = []string{
	`42%n%d["echo",%d,"%s"]`, `42%n7["echo",{"a":[1,2,{"b":null}]}]`, `42%n["echo"]`,
	`42%n%d["enter","room%d"]`, `42%n["shout","room%d","%s"]`, `42%n["shout","room%d",1,2]`,
	`42%n0["ask"]`, `43%n%d[1]`, `42%n["unheard of"]`, "40/refused,", "40/nowhere,", "3",
	`452-%n%d["echo",` + placeholders + "]", `452-%n["shout","room1",` + placeholders + "]",
}

// foul are packets for which it may close the connection.
var foul = []string{
	"", "9", "2", "0", "5", "6", "4", "47", "40", "41%n", "42", "42[]", "42{}", `42["x"`, `42["disconnect"]`,
	`42/n9,["x"]`, `42[{"toString":1}]`, "44{}", "43{}", "4299999999999999999999[]", `450-["x"]`, `4599-["x"]`,
	`451e0-["x"]`, `4510-["x"]`, `451-["x",{"_placeholder":true,"num":%d}]`, `40/n9,{"pid":"x","offset":"y"}`,
	"40[]", "bAQID", "b!", "4\xff", "42" + strings.Repeat("[", 2000), "40/" + strings.Repeat("n", 1000),
	`42["x",` + strings.Repeat(`{"a":`, 500), "4" + strings.Repeat("x", 60_000), "1",
}

// greeting returns the packets with which a guest comes in, if it bothers.
func (g *guest) greeting() []string {
	child := fmt.Sprintf("/n%d,", g.random.IntN(10))
	g.namespace = child
	if g.random.IntN(2) == 0 {
		g.namespace = ""
	}
	return []string{"40", "40" + child}[:min(2, g.random.IntN(20))]
}

// packet returns a packet, which is fair more often than not, and how many
// attachments are to follow.
func (g *guest) packet() (text string, attachments int) {
	form := fair[g.random.IntN(len(fair))]
	if g.random.IntN(30) == 0 {
		form = foul[g.random.IntN(len(foul))]
	}
	for strings.Contains(form, "%d") {
		form = strings.Replace(form, "%d", fmt.Sprint(g.random.IntN(5)), 1)
	}
	form = strings.ReplaceAll(form, "%n", g.namespace)
	form = strings.ReplaceAll(form, "%s", strings.Repeat("é", g.random.IntN(1+g.random.IntN(5000))))
	if strings.HasPrefix(form, "452-") && g.random.IntN(20) > 0 {
		attachments = 2
	}
	return form, attachments
}
