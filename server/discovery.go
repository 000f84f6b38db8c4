package server

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// sendPublic answers what any site may read.
func sendPublic(c echo.Context, kind string, body []byte, err error) error {
	c.Response().Header()["Access-Control-Allow-Origin"] = anyOrigin
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, kind, body)
}

var anyOrigin = []string{"*"}

func (s *Server) getWebFinger(c echo.Context) error {
	body, err := s.node.WebFinger(c.Request().Context(), c.QueryParam("resource"))
	return sendPublic(c, "application/jrd+json", body, err)
}

func (s *Server) getHostMeta(c echo.Context) error {
	body, err := s.node.HostMeta()
	return sendPublic(c, "application/xrd+xml; charset=utf-8", body, err)
}

func (s *Server) getHostMetaJSON(c echo.Context) error {
	body, err := s.node.HostMetaJSON()
	return sendPublic(c, "application/json", body, err)
}

func (s *Server) getNodeInfoLinks(c echo.Context) error {
	body, err := s.node.NodeInfoLinks()
	return sendPublic(c, "application/json", body, err)
}

func (s *Server) getNodeInfo(c echo.Context) error {
	version := c.Param("version")
	body, err := s.node.NodeInfo(c.Request().Context(), version)
	return sendPublic(c, `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/`+version+`#"`, body, err)
}

// getLive answers while the process lives.
func (s *Server) getLive(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// getReady answers once the database can be read.
func (s *Server) getReady(c echo.Context) error {
	if _, err := s.store.FindHome(c.Request().Context()); err != nil {
		return err
	}
	return c.String(http.StatusOK, "ok\n")
}
