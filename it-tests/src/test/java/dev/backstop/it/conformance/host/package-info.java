/** An application that uses the libraries itself that Backstop brings. */
@NullMarked
package dev.backstop.it.conformance.host;

import org.jspecify.annotations.NullMarked;
