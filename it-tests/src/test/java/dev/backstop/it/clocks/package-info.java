/** A database whose clock is set, under nodes that go on: what is found, lost and served. */
@NullMarked
package dev.backstop.it.clocks;

import org.jspecify.annotations.NullMarked;
