/**
 * Random sequences of every operation, on the library and on a simple model of its contract, which
 * must give the same answers.
 */
@NullMarked
package dev.backstop.model;

import org.jspecify.annotations.NullMarked;
