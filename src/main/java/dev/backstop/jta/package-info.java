/** Jakarta Transactions: what a transaction changes takes effect after its commit. */
@NullMarked
package dev.backstop.jta;

import org.jspecify.annotations.NullMarked;
