package io.hpc4j.local;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the records of a journal, in order, and brings jobs to where they left them; {@link ClusterModel#takeUp} goes on from there. */
final class Replay {

    private static final Logger log = LoggerFactory.getLogger(Replay.class);

    private final ClusterModel model;
    private final Admission admission;
    private final Environments environments;

    Replay(ClusterModel model, Admission admission, Environments environments) {
        this.model = model;
        this.admission = admission;
        this.environments = environments;
    }

    void accept(String record) {
        List<String> fields = Lines.split(record);
        try {
            accept(fields);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NoSuchElementException e) {
            log.error("a record of the journal is not understood and left out: {}", record, e);
        }
    }

    private void accept(List<String> fields) {
        switch (fields.get(0)) {
            case Records.NEXT_NUMBER -> model.nextNumber = Math.max(model.nextNumber, Long.parseLong(fields.get(1)));
            case Records.ENVIRONMENT ->
                environments.put(Integer.parseInt(fields.get(1)), variables(fields.subList(2, fields.size())));
            case Records.JOB -> model.register(new LocalJob(common(fields, 1)));
            case Records.ARRAY -> model.register(new JobArray(common(fields, 2), ArrayRange.parse(fields.get(1))));
            default -> about(job(fields.get(1)), fields);
        }
    }

    private static Map<String, String> variables(List<String> fields) {
        Map<String, String> variables = new LinkedHashMap<>();
        fields.forEach(f -> variables.put(f.substring(0, f.indexOf('=')), f.substring(f.indexOf('=') + 1)));
        return variables;
    }

    private LocalJob.Common common(List<String> fields, int from) {
        JobRequest request = RequestCodec.decode(fields.subList(from + 3, fields.size()));
        return admission.common(
                request,
                Long.parseLong(fields.get(from)),
                Long.parseLong(fields.get(from + 1)),
                Integer.parseInt(fields.get(from + 2)));
    }

    private LocalJob job(String id) {
        LocalJob job = model.job(JobId.of(id));
        if (job == null) {
            throw new NoSuchElementException(id);
        }
        return job;
    }

    private void about(LocalJob job, List<String> fields) {
        switch (fields.get(0)) {
            case Records.START -> {
                job.run = run(job, fields);
                job.staged = null;
                job.stage = LocalJob.Stage.RUNNING;
            }
            case Records.STAGE -> {
                job.staged = run(job, fields);
                job.run = null;
            }
            case Records.END -> {
                job.attempt = Integer.parseInt(fields.get(2));
                job.stage = LocalJob.Stage.ENDED;
                job.run = null;
                job.staged = null;
                job.end = Records.readEnd(fields);
            }
            case Records.AGAIN -> {
                if (Records.isCause(fields.get(2))) {
                    job.countRetry(JobState.valueOf(fields.get(2)), 1);
                }
                job.stage = LocalJob.Stage.DEPENDENCY;
                job.run = null;
                job.staged = null;
                job.attempt = Integer.parseInt(fields.get(3));
            }
            case Records.HOLD -> job.held = true;
            case Records.RELEASE -> job.held = false;
            default -> steer(job, fields);
        }
    }

    private static void steer(LocalJob job, List<String> fields) {
        if (job.staged != null) { // its node had started it
            job.run = job.staged;
            job.staged = null;
            job.stage = LocalJob.Stage.RUNNING;
        }
        Run run = job.run;
        if (run == null) {
            throw new NoSuchElementException("job " + job + " does not run");
        }
        switch (fields.get(0)) {
            case Records.STOP -> run.stop = fields.get(2);
            case Records.SUSPEND -> run.isSuspended = true;
            case Records.RESUME -> run.isSuspended = false;
            default -> throw new IllegalArgumentException("no such record: " + fields.get(0));
        }
    }

    private static Run run(LocalJob job, List<String> fields) {
        job.attempt = Integer.parseInt(fields.get(2));
        Run run = new Run(
                job,
                Records.readPlacement(fields.get(5)),
                Integer.parseInt(fields.get(4)),
                Records.readGpus(fields.get(6)),
                Long.parseLong(fields.get(3)));
        run.isPrepared = true;
        return run;
    }
}
