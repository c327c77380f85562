/**
 * What Backstop promises, as tests: one class per part of the contract, run on H2 by the unit tests
 * and on PostgreSQL by the integration tests, with Hibernate and with EclipseLink.
 */
@NullMarked
package dev.backstop.contract;

import org.jspecify.annotations.NullMarked;
