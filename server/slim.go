package server

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
)

// slim is a ResponseWriter whose connection, taken over, has small buffers: a
// WebSocket is quiet most of the time, and hundreds of them may be open.
type slim struct{ http.ResponseWriter }

const (
	slimRead  = 512
	slimWrite = 1 << 10
)

// Hijack takes the connection over (http.Hijacker).
func (s slim) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, large, err := http.NewResponseController(s.ResponseWriter).Hijack()
	if err != nil || large.Reader.Buffered() > slimRead {
		return conn, large, err
	}
	early := make([]byte, large.Reader.Buffered())
	if _, err := io.ReadFull(large.Reader, early); err != nil {
		return conn, large, err
	}
	small := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(early), conn), slimRead)
	_, _ = small.Peek(len(early)) // where the next owner looks for it
	return conn, bufio.NewReadWriter(small, bufio.NewWriterSize(conn, slimWrite)), nil
}
