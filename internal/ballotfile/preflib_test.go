package ballotfile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

func TestPrefLibTies(t *testing.T) {
	const names = "# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ada\n# ALTERNATIVE NAME 2: Bo: the second\n# ALTERNATIVE NAME 3: Cy\n"
	for name, text := range map[string]string{
		"x.toi":     names + "2: { 1 , 3 } , 2\n\n 1: 3,{1}\n",
		"x.toc":     "  # DATA TYPE: toi\n" + names + "2: {1,3},2\n1: 3,1\n",
		"x.preflib": names + "# anything else\n2: {1,3},2\n1: 3,1\n",
		"old.toi":   "3\n1,Ada\n2, Bo: the second\n3,Cy\n3,3,2\n2,{1,3},2\n1,3,1\n",
	} {
		f := read(t, name, text)
		if diff := cmp.Diff([]string{"1 Cy>Ada", "2 Ada=Cy>Bo: the second"}, ballots(f)); diff != "" {
			t.Errorf("%s: ballots (-want +got):\n%s", name, diff)
		}
	}
}

func TestBadPrefLib(t *testing.T) {
	const head = "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n"
	for _, test := range []struct{ name, text, want string }{
		{"x.soi", "", "x.soi:1:1: The file does not say how many alternatives there are."},
		{"x.soi", "# TITLE: T\n", "x.soi:1:11: The file does not say how many alternatives there are."},
		{"x.soi", "# NUMBER ALTERNATIVES: 0\n", `x.soi:1:1: The number of alternatives is from 1 to 1000; "0" is not.`},
		{"x.soi", "# NUMBER VOTERS: many\n", `x.soi:1:1: The number of voters is a whole number, not "many".`},
		{"x.soi", "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 2: B\n", `x.soi:2:1: Here should be the name of alternative 1, not of "2".`},
		{"x.soi", "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: A\n", `x.soi:3:1: The name "A" is there twice.`},
		{"x.soi", "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n1: 1", "x.soi:3:5: The number of alternatives is 2, that of names 1."},
		{"x.soi", "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n1: 1", "x.soi:4:5: The number of alternatives is 1, that of names 2."},
		{"x.soi", "# DATA TYPE: wmd\n", `x.soi:1:1: Ballots are of the type soc, soi, toc, toi or cat, not "wmd".`},
		{"x.cat", "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n1: 1\n", "x.cat:3:1: There are only 0 categories."},
		{"x.cat", "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n", "x.cat:2:24: The file does not say how many categories there are: add a line # NUMBER CATEGORIES."},
		{"x.cat", "# NUMBER CATEGORIES: 0\n", `x.cat:1:1: The number of categories is from 1 to 1000; "0" is not.`},
		{"x.soi", head + "# NUMBER VOTERS: 3\n2: 1\n", "x.soi:5:5: The file speaks of 3 voters, but has ballots of 2."},
		{"x.soi", head + "# NUMBER UNIQUE ORDERS: 3\n2: 1\n1: 2\n", "x.soi:6:5: The file speaks of 3 orders, but has 2: if it was not cut off, write how many it has."},
		{"x.soi", head + "1 2\n", "x.soi:4:1: A ballot is how many there are of it, ':', and its alternatives."},
		{"x.soi", head + "one: 2\n", `x.soi:4:1: A ballot begins with how many there are of it, such as 7 or 4.5; "one" is not a number.`},
		{"x.soi", head + "1: 1,3\n", "x.soi:4:6: Here should be the number of an alternative, from 1 to 2."},
		{"x.soi", head + "1: 1,\n", "x.soi:4:6: A number of an alternative, from 1 to 2, is missing here."},
		{"x.soi", head + "1: ,1\n", "x.soi:4:4: A number of an alternative, from 1 to 2, is missing here."},
		{"x.toi", head + "1: {1,}\n", "x.toi:4:7: A number of an alternative, from 1 to 2, is missing here."},
		{"x.toi", head + "1: {,1}\n", "x.toi:4:5: A number of an alternative, from 1 to 2, is missing here."},
		{"x.toi", head + "1: {\n", "x.toi:4:5: A number of an alternative, from 1 to 2, is missing here."},
		{"x.soi", head + "1: A\n", "x.soi:4:4: Here should be the number of an alternative, from 1 to 2."},
		{"x.soi", head + "1: 1,1\n", "x.soi:4:6: Alternative 1 is twice on this ballot."},
		{"x.soi", head + "1: 1 2\n", `x.soi:4:6: Here should be a comma, not "2".`},
		{"x.soi", head + "1: {1,2}\n", "x.soi:4:1: A ballot of the type soi has no ties."},
		{"x.toi", head + "1: {1,2\n", "x.toi:4:8: The brace is not closed here."},
		{"x.toi", head + "1: {}\n", "x.toi:4:5: There is nothing between these braces, which hold the alternatives that share a rank: leave the braces out."},
		{"x.toi", head + "1: 1,{ }\n", "x.toi:4:8: There is nothing between these braces, which hold the alternatives that share a rank: leave the braces out."},
		{"x.soc", head + "1: 2\n", "x.soc:4:1: A ballot of the type soc ranks all 2 alternatives; this one ranks 1."},
		{"x.soi", head + "999999999999: 2\n2: 1\n", "x.soi:5:1: There are more than 1000000000000 votes."},
		{"old.soi", "2\n1,A\n", "old.soi:2:4: The number of alternatives is 2, that of names 1."},
		{"old.soi", "two\n1,A\n", `old.soi:1:1: The number of alternatives is from 1 to 1000; "two" is not.`},
		{"old.soi", "1\n1,A\nx,1,1\n", `old.soi:3:1: The number of voters is a whole number, not "x".`},
		{"old.soi", "1\n1,A\n1,1,1\n1;1\n", "old.soi:4:1: A ballot is how many there are of it, ',', and its alternatives."},
	} {
		wrong(t, test.name, test.text, test.want)
	}
}

func FuzzPrefLib(f *testing.F) {
	for _, text := range []string{
		"# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n3: {1,2}\n1: 2",
		"2\n1,A\n2,B\n4,4,2\n3,{1,2}\n1,2\n", "# DATA TYPE: soc\n", "", "1\n",
	} {
		f.Add(text)
	}
	fuzz(f, ballotfile.PrefLib)
}
