/** What callers meet when a real PostgreSQL fails in each of the ways that it can. */
@NullMarked
package dev.backstop.it.outage;

import org.jspecify.annotations.NullMarked;
