package frameworks

import (
	"net/http"

	"github.com/gin-contrib/cors"
	"github.com/gin-contrib/gzip"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	chicors "github.com/go-chi/cors"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// ChiAround mounts io behind CORS and compression that hold for every route.
func ChiAround(io http.Handler) http.Handler {
	r := chi.NewRouter()
	r.Use(chicors.Handler(chicors.Options{AllowedOrigins: []string{origin}, AllowCredentials: true}))
	r.Use(middleware.Compress(5))
	r.Handle("/socket.io/*", io)
	return r
}

// EchoAround mounts io behind CORS and compression that hold for every route.
func EchoAround(io http.Handler) http.Handler {
	e := echo.New()
	e.Use(echomiddleware.CORSWithConfig(echomiddleware.CORSConfig{AllowOrigins: []string{origin}, AllowCredentials: true}))
	e.Use(echomiddleware.Gzip())
	e.Any("/socket.io/*", echo.WrapHandler(io))
	return e
}

// GinAround mounts io behind CORS and compression that hold for every route.
func GinAround(io http.Handler) http.Handler {
	g := gin.New()
	g.Use(cors.New(cors.Config{AllowOrigins: []string{origin}, AllowCredentials: true}))
	g.Use(gzip.Gzip(gzip.DefaultCompression))
	g.Any("/socket.io/*any", gin.WrapH(io))
	return g
}
