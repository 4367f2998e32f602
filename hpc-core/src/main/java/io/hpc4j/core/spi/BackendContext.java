package io.hpc4j.core.spi;

import io.hpc4j.core.ClusterUri;
import java.time.Clock;

/**
 * What a backend is given when it is opened.
 *
 * @param uri the address of the cluster, with the backend's settings
 * @param transport runs commands and moves files where the scheduler is; closed by whoever opened the backend
 * @param clock the time, which tests advance themselves
 * @param reports takes what the backend hears of jobs without being asked
 */
public record BackendContext(ClusterUri uri, Transport transport, Clock clock, JobReports reports) {}
