// Package frameworks mounts a Socket.IO server in chi, echo and gin, with the middleware
// that programs written with them often have. Its tests connect clients through each;
// docs/socketio/frameworks.md shows its code.
package frameworks
