/** The code that README.md and docs/ show, compiled and run, and the check that they show it. */
@NullMarked
package dev.backstop.docs;

import org.jspecify.annotations.NullMarked;
