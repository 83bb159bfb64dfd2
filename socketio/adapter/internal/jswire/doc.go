// Package jswire has what the wires of the JavaScript adapters have in common: the options of
// broadcasts, descriptions of sockets, names of servers, and the messages of
// ClusterAdapter of npm's socket.io-adapter 2.5, on which all but the oldest are built.
package jswire
