// Package suggest finds what was probably meant by a mistyped word.
package suggest

// Nearest returns the name that differs least from the given one, in at most two letters and
// at most half of them, or "".
func Nearest(names []string, given string) string {
	best, least := "", min(3, len(given)/2+1)
	for _, n := range names {
		if d := distance(n, given); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is how many letters are exchanged, left out, added or swapped with their neighbour
// between two words.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
