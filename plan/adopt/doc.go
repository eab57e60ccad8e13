// Package adopt plans the links: it finds which account without a DCID is whose,
// says what speaks for and against each, and leaves to a person what is not
// certain.
package adopt
