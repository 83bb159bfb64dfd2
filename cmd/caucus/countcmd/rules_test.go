package countcmd_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// A flag that would do nothing is refused, whether the method was chosen or comes from the file.
func TestMisplacedFlags(t *testing.T) {
	const ballots = "1,2\nA,B\n"
	for args, want := range map[string]string{
		"-method stv -until-two -":           "2 -until-two is a rule of irv, but this is counted by stv",
		"-seats 2 -batch -":                  "1 -batch is a rule of irv, but this is counted by stv",
		"-method schulze -first-threshold -": "2 -first-threshold is a rule of irv, but this is counted by schulze",
		"-margins -":                         "1 -margins is a rule of copeland, minimax, schulze, ranked_pairs, but this is counted by irv",
		"-votes 2 -method borda -":           "2 -votes is a rule of score, but this is counted by borda",
		"-method all -votes 2 -until-two -":  "0 ",
		"-until-two=false -method irv -":     "0 ",
	} {
		code, stdout, stderr := run(t, ballots, strings.Fields(args)...)
		number, sentence, _ := strings.Cut(want, " ")
		if fmt.Sprint(code) != number || !strings.Contains(stderr, sentence) || (stdout == "") != (code != 0) {
			t.Errorf("%s: exit code %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

// One vote is one vote.
func TestOneVote(t *testing.T) {
	for args, stdin := range map[string]string{
		"-explain -until-two -":           "count,1\n3,A\n1,B\n",
		"-explain -":                      "count,1\n1,A\n",
		"-explain -seats 1 -method stv -": "count,1\n3,A\n1,B\n",
		"-explain -method borda -":        "count,1,2\n1,A,B\n",
		"-method irv -":                   "count,1\n1,A\n",
		"-method irv -until-two -":        "count,1\n3,A\n1,B\n1,C\n2,D\n",
		"-method stv -seats 2 -":          "count,1,2\n1,A,B\n1,B,A\n1,C,A\n",
		"-method irv -seats 2 -":          "count,1\n1,A\n1,B\n1,C\n",
	} {
		_, got, stderr := run(t, stdin, strings.Fields(args)...)
		if got == "" || regexp.MustCompile(`(?:^|\D\s)1 (?:votes|points|ballots|rounds|seats)\b`).MatchString(got) {
			t.Errorf("%s: %s%s", args, got, stderr)
		}
	}
}

// What flags do to the count, and what they refuse.
func TestFlagsOfTheCount(t *testing.T) {
	const writeIns = "count,1,2\n5,Write-in,Ada\n3,Ada,\n4,Bo,\n"
	const mayors = "MAYOR 1st Choice (12),SHERIFF 1st Choice (3)\nAda,Zoe\n"
	for _, test := range []struct{ args, stdin, want string }{
		{"-method irv -", writeIns, "Write-in is elected."},
		{"-method irv -undeclared write-in -", writeIns, "Ada is elected."},
		{"-method irv -undeclared write-in -", writeIns, "Round 1  Write-in cannot win, and goes out with 5 votes."},
		{"-method irv -undeclared write-in -undeclared bo -", writeIns, "Round 1  Write-in and Bo cannot win, and go out with 9 votes together."},
		{"-method stv -undeclared write-in -", writeIns, "Ada is elected."},
		{"-method plurality -undeclared write-in -", writeIns, "Ada is elected."},
		{"-method plurality -undeclared nobody -", writeIns, `-undeclared: no option is called "nobody", but Ada, Bo, Write-in`},
		{"-method plurality -exclude ADA -exclude Write-in -", writeIns, "Bo is elected."},
		{"-method plurality -exclude Cy -", writeIns, `-exclude: no option is called "Cy", but Ada, Bo, Write-in`},
		{"-method irv -until-two -", "count,1\n6,A\n2,B\n1,C\n", "Round 2"},
		{"-method irv -first-threshold -", "count,1\n4,A\n3,B\n2,C\n", "Round 3"},
		{"-method irv -overvotes share -from blt -", "3 1\n1 1=2 3 0\n2 3 0\n1 1 0\n0\nA\nB\nC\n", "1.5"},
		{"-method irv -", "count,1,2\n10,A,\n4,B,\n5,C,\n2,Y,B\n1,X,C\n2,X,A\n", "C had the fewest: C"},
		{"-method irv -", mayors, `The file has several contests: "mayor" and "sheriff". Choose one of them with -contest.`},
		{"-method irv -", "voter,Ada,Bo\nx,1,1\ny,0,1\n", "if these are votes for each of them,\ncount with -method approval."},
		{"-method approval -", "voter,Ada,Bo\nx,1,1\ny,0,1\n", "cells.\n\n2 ballots"},
		{"-method irv -", "voter,Ada,Bo\nx,1,1\ny,2,1\n", "cells.\n\n2 ballots"},
		{"-method plurality -format csv -", "count,1\n2,＝x\n1,a;=b\n", "plurality,1,'＝x,true,2\nplurality,2,a;'=b,false,1\n"},
		{"-method irv -contest Sheriff -", mayors, "Zoe is elected."},
		{"-method irv -contest judge -", mayors, `There is no contest "judge" here, but "mayor" and "sheriff".`},
		{"-method irv -from blt -", "2 1\n4.5 1 0\n2.5 2 0\n0\nA\nB\n", "7 ballots, 2 options, 1 seat."},
		{"-method schulze -from blt -", "2 1\n4.5 1 2 0\n2.5 2 0\n0\nA\nB\n", "+4.5"},
	} {
		_, got, stderr := run(t, test.stdin, strings.Fields(test.args)...)
		if !strings.Contains(got+stderr, test.want) {
			t.Errorf("%s: no %q in\n%s%s", test.args, test.want, got, stderr)
		}
	}
}
