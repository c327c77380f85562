/** Databases and JVMs that are killed in the middle of their work, and what is there afterwards. */
@NullMarked
package dev.backstop.it.kill;

import org.jspecify.annotations.NullMarked;
