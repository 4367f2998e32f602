package io.hpc4j.core.spi;

import io.hpc4j.core.ClusterUri;

/** Makes transports of one kind; found by {@link java.util.ServiceLoader}. Creating a provider does no work. */
public interface TransportProvider {

    /** The word after the plus sign in the addresses it serves, lower case: {@code ssh}. */
    String id();

    /**
     * Connects.
     *
     * @throws io.hpc4j.core.TransportException if the machine cannot be reached
     */
    Transport open(ClusterUri uri);
}
