package io.hpc4j.testkit;

import io.hpc4j.core.JobId;
import io.hpc4j.core.MetricSample;
import io.hpc4j.core.MetricsSink;
import java.util.Map;
import java.util.OptionalDouble;

class RecordingSinkConformanceTest extends MetricsSinkKit {

    @Override
    protected MetricsSink openSink() {
        return new RecordingSink();
    }

    @Override
    protected OptionalDouble lastValue(MetricsSink of, String name, Map<String, String> labels) {
        return ((RecordingSink) of)
                .samples(name).stream()
                        .filter(s -> s.labels().equals(labels))
                        .mapToDouble(MetricSample::value)
                        .reduce((a, b) -> b);
    }

    @Override
    protected int eventCount(MetricsSink of, JobId job) {
        return ((RecordingSink) of).events(job).size();
    }
}
