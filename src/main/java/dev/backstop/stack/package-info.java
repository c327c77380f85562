/** What keeps a caller's stack from ending where that would leave a lock taken for ever. */
@NullMarked
package dev.backstop.stack;

import org.jspecify.annotations.NullMarked;
