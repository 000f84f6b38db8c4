package server

// Line is a line of the route table, for tests that must not forget a route.
type Line struct {
	Method, Path string
	Owner        bool // for the owner alone
	Machine      bool // for other servers
}

// Lines is the route table.
func (s *Server) Lines() []Line {
	var lines []Line
	for _, r := range s.routes() {
		lines = append(lines, Line{r.method, r.path, r.access == owner, r.access == machine})
	}
	return lines
}
