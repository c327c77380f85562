/** Tests of Jakarta Transactions. */
@NullMarked
package dev.backstop.jta;

import org.jspecify.annotations.NullMarked;
