/** Many at a time, on the same keys: what threads, nodes and transactions do to each other. */
@NullMarked
package dev.backstop.it.races;

import org.jspecify.annotations.NullMarked;
