package engineio

// What the tests of this package look at from outside.
var WithDefaults = (*Options).withDefaults
