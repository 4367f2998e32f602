package io.hpc4j.core;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Of several requests submitted together some failed. The others are submitted, and this exception has their handles. */
public final class BatchSubmitException extends HpcException {

    private static final long serialVersionUID = 1L;

    private final transient Map<Integer, JobHandle> submitted;
    private final transient Map<Integer, HpcException> failures;

    BatchSubmitException(Map<Integer, JobHandle> submitted, Map<Integer, HpcException> failures) {
        super(message(submitted.size(), new TreeMap<>(failures)));
        this.submitted = Collections.unmodifiableMap(new TreeMap<>(submitted));
        this.failures = Collections.unmodifiableMap(new TreeMap<>(failures));
        failures.values().forEach(this::addSuppressed);
    }

    private static String message(int submitted, SortedMap<Integer, HpcException> failures) {
        return "%d of %d requests failed; the first, number %d: %s"
                .formatted(
                        failures.size(),
                        failures.size() + submitted,
                        failures.firstKey(),
                        Objects.requireNonNull(failures.get(failures.firstKey()))
                                .getMessage());
    }

    /** The jobs that were submitted, by the request's position in the list, from 0. */
    public Map<Integer, JobHandle> submitted() {
        return submitted;
    }

    /** Why the others were not, by the request's position in the list, from 0. */
    public Map<Integer, HpcException> failures() {
        return failures;
    }

    @Override
    public boolean isTransient() {
        return failures.values().stream().allMatch(HpcException::isTransient);
    }
}
