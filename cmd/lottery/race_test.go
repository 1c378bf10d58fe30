//go:build race

package main

// raced: under the race detector a command takes ten times as long to start.
const raced = true
