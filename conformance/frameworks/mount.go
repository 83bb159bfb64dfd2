package frameworks

import (
	"net/http"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-contrib/gzip"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	chicors "github.com/go-chi/cors"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// origin is that of the pages of another host that may connect.
const origin = "https://app.example.com"

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }

// Chi mounts io beside a route with middleware.
func Chi(io http.Handler) http.Handler {
	r := chi.NewRouter()
	r.Use(middleware.Recoverer)
	r.Handle("/socket.io/*", io) // before the middleware that it must not pass
	r.Group(func(r chi.Router) {
		r.Use(chicors.Handler(chicors.Options{AllowedOrigins: []string{origin}}))
		r.Use(middleware.Compress(5))
		r.Use(middleware.Timeout(30 * time.Second))
		r.Get("/hello", hello)
	})
	return r
}

// Echo mounts io beside a route with middleware.
func Echo(io http.Handler) http.Handler {
	e := echo.New()
	e.Use(echomiddleware.Recover())
	e.Any("/socket.io/*", echo.WrapHandler(io))
	g := e.Group("", // middleware of a group does not concern other routes
		echomiddleware.CORSWithConfig(echomiddleware.CORSConfig{AllowOrigins: []string{origin}}),
		echomiddleware.Gzip(),
		echomiddleware.ContextTimeout(30*time.Second))
	g.GET("/hello", echo.WrapHandler(http.HandlerFunc(hello)))
	return e
}

// Gin mounts io beside a route with middleware.
func Gin(io http.Handler) http.Handler {
	g := gin.New()
	g.Use(gin.Recovery())
	g.Any("/socket.io/*any", gin.WrapH(io)) // before the middleware that it must not pass
	rest := g.Group("", cors.New(cors.Config{AllowOrigins: []string{origin}}), gzip.Gzip(gzip.DefaultCompression))
	rest.GET("/hello", gin.WrapF(hello))
	return g
}
