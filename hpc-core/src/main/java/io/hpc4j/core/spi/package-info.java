/**
 * What an author of a backend, a transport or a sink implements. A backend builds argument lists and parses text; a
 * transport runs them, here or over SSH. The kits in {@code hpc-testkit} say what each owes its callers.
 *
 * <p>Providers are found by {@link java.util.ServiceLoader}. Two providers with one id are an error that names both
 * classes; a provider that cannot be created is logged and left out. Providers do no work before {@code open}.
 */
@NullMarked
package io.hpc4j.core.spi;

import org.jspecify.annotations.NullMarked;
