/** What a process does to a library: it runs out of stack, of threads, of class loaders. */
@NullMarked
package dev.backstop.faults;

import org.jspecify.annotations.NullMarked;
