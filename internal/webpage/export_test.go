package webpage

// Sources returns the source files that pages are made of.
func Sources() (sources []string) {
	for locale := range locales {
		sources = append(sources, localeSource(locale))
	}
	for _, page := range pageSources {
		sources = append(sources, page...)
	}
	return sources
}
