package io.hpc4j.core.internal;

import io.hpc4j.core.Finding;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.spi.Submission;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in a few words what a backend was asked, and what it made of the answer. */
final class Conclusions {

    private static final int LONGEST = 500;

    private Conclusions() {}

    /** What a call was about: {@code 12 jobs}. */
    static String subject(Object[] arguments) {
        if (arguments.length == 0) {
            return "";
        }
        Object first = arguments[0];
        if (first instanceof JobRequest) {
            return arguments.length > 1 ? "1 request for " + arguments[1] : "1 request";
        } else if (first instanceof Collection<?> c) {
            String things = c.stream().anyMatch(JobRequest.class::isInstance) ? "request" : "job";
            return count(c.size(), things);
        } else if (first instanceof JobQuery) {
            return "a query";
        }
        return "1 " + first.getClass().getSimpleName();
    }

    /** What was made of the answer: {@code 12 jobs, 1 ended}. */
    static String of(@Nullable Object answer) {
        if (answer == null) {
            return "done";
        } else if (answer instanceof Map<?, ?> map) {
            return collection(map.values());
        } else if (answer instanceof Collection<?> all) {
            return collection(all);
        } else if (answer instanceof Optional<?> found) {
            return found.map(f -> "found " + cut(f.toString())).orElse("none");
        } else if (answer instanceof JobId id) {
            return "job " + id;
        }
        return "done";
    }

    private static String collection(Collection<?> all) {
        if (all.isEmpty()) {
            return "none";
        }
        Object first = all.iterator().next();
        if (first instanceof Job) {
            long ended = all.stream()
                    .filter(j -> j instanceof Job job && job.state().isEnded())
                    .count();
            return count(all.size(), "job") + ", " + ended + " ended";
        } else if (first instanceof Submission) {
            return submissions(all);
        } else if (first instanceof JobId) {
            return count(all.size(), "job") + " from " + first;
        }
        return count(all.size(), nameOf(first));
    }

    private static String nameOf(Object thing) {
        return thing instanceof QueueInfo
                ? "queue"
                : thing instanceof NodeInfo ? "node" : thing instanceof Finding ? "finding" : "item";
    }

    private static String submissions(Collection<?> all) {
        long failed = all.stream().filter(Submission.Failed.class::isInstance).count();
        Optional<String> reason = all.stream()
                .filter(Submission.Failed.class::isInstance)
                .map(s -> of(((Submission.Failed) s).why()))
                .findFirst();
        return "%d accepted, %d not%s"
                .formatted(
                        all.size() - failed, failed, reason.map(r -> ": " + r).orElse(""));
    }

    static String of(Throwable failure) {
        return cut(failure.getClass().getSimpleName() + ": " + failure.getMessage());
    }

    private static String count(int number, String thing) {
        return number == 1 ? "1 " + thing : number + " " + thing + "s";
    }

    private static String cut(String words) {
        return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
    }
}
