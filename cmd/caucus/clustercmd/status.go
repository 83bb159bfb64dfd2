// Package clustercmd is what an operator of several servers asks: caucus cluster
// status, and caucus ledger copy.
package clustercmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/cluster"
)

const statusUsage = `Usage: caucus cluster status [flags]

Says which servers a cluster has, which of them lead how many streams, and which are
behind or out of reach. It asks the server of this machine that keeps its data in the
directory, or, with -ledger, NATS servers.

`

// patience is how long an answer may take.
const patience = 10 * time.Second

// Cluster carries out caucus cluster. It returns the exit code: 0; or 1 if the cluster
// is not whole or does not answer; or 2 if args make no sense. Where args do not name a
// directory, data is it.
func Cluster(ctx context.Context, args []string, data string, stdout, stderr io.Writer) int {
	known := len(args) > 0 && args[0] == "status"
	if known {
		args = args[1:]
	}
	var urls string
	var access cluster.Access
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.StringVar(&data, "data", data, "the `directory` of a server that runs on this machine")
	flags.StringVar(&urls, "ledger", "", "the `URLs` of NATS servers")
	access.Flags(flags)
	switch err := cli.Parse(flags, args, statusUsage, stdout); {
	case err != nil:
		return cli.Misused(stderr, "cluster", err)
	case !known:
		return cli.Misused(stderr, "cluster", errors.New("the subcommand is status"))
	case flags.NArg() > 0:
		return cli.Misused(stderr, "cluster", fmt.Errorf("there is no use for %q", flags.Arg(0)))
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	whole, err := status(ctx, urls, access, data, stdout)
	switch {
	case err != nil:
		return cli.Fail(stderr, "cluster status", err)
	case !whole:
		return cli.Failed
	}
	return cli.OK
}

func status(ctx context.Context, urls string, access cluster.Access, data string, stdout io.Writer) (whole bool, err error) {
	node, err := contact(urls, access, data)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	s, err := node.Status(ctx)
	if err != nil {
		return false, err
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SERVER\tSTREAMS\tLEADS\tBEHIND\tOUT OF REACH FOR")
	for _, server := range s.Servers {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", server.Name, server.Keeps, server.Leads, server.Behind, server.Offline)
	}
	fmt.Fprintln(w, "\nSTREAM\tLEADER\tMESSAGES\tBYTES")
	for _, stream := range s.Streams {
		leader := stream.Leader
		if leader == "" {
			leader = "none"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", stream.Name, leader, stream.Messages, stream.Bytes)
	}
	return s.Healthy(), w.Flush()
}

// contact connects to NATS servers, or to the one inside a server of this machine.
func contact(urls string, access cluster.Access, data string) (*cluster.Node, error) {
	if urls != "" {
		return cluster.Connect(urls, access, nil)
	}
	return cluster.Contact(filepath.Join(data, Dir), nil)
}
