/** Tests of the backups' parts, beside them. */
@NullMarked
package dev.backstop.backup;

import org.jspecify.annotations.NullMarked;
