/**
 * An application with a persistence unit of its own, which must not notice that Backstop is there.
 */
package dev.backstop.testing.bookshop;
