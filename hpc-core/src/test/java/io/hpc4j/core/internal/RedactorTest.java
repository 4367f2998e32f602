package io.hpc4j.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.JobRequest;
import io.hpc4j.core.recording.RecordedText;
import io.hpc4j.core.spi.command.ShellQuoting;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class RedactorTest {

    @Property
    void noValueOfAVariableStaysInAScript(@ForAll @NotEmpty @StringLength(max = 30) String value) {
        String safe = value.replace('\0', '0');
        Redactor redactor = Redactor.of(
                List.of(JobRequest.command("x").environment("TOKEN_X", safe).build()));
        String script = "#!/bin/sh\nexport TOKEN_X=" + ShellQuoting.quote(safe) + "\necho done\n";

        assertThat(redactor.text(script)).isEqualTo("#!/bin/sh\nexport TOKEN_X=***\necho done\n");
    }

    @Test
    void valuesInListsOfOptionsAreHiddenToTheEnd() {
        Redactor redactor = Redactor.of(List.of()).and(Map.of("A", "1", "B", "x,y z"));

        assertThat(redactor.arguments(List.of("qsub", "-v", "HOME,A=1,B=x,y z", "--name=B1")))
                .containsExactly("qsub", "-v", "HOME,A=***", "--name=B1");
    }

    @Test
    void longValuesAreHiddenWhereverTheyStand() {
        Redactor redactor = Redactor.of(List.of()).and(Map.of("KEY", "s3cr3t-value"));

        assertThat(redactor.text("error: cannot use s3cr3t-value here")).isEqualTo("error: cannot use *** here");
    }

    @Test
    void whatLooksLikeASecretIsHidden() {
        Redactor redactor = Redactor.of(List.of());

        assertThat(redactor.text("password=hunter2 x DB_PASSWORD: hunter2\nmy-token = abc, https://ada:pw1@host/x"))
                .isEqualTo("password=*** x DB_PASSWORD: ***\nmy-token = *** https://ada:***@host/x");
        assertThat(redactor.arguments(List.of("login", "--password", "hunter2", "--api-key=abc", "-token", "t")))
                .containsExactly("login", "--password", "***", "--api-key=***", "-token", "***");
        assertThat(redactor.text("tokens used; the password is wrong")).isEqualTo("tokens used; the password is wrong");
    }

    @Test
    void longRunsOfWordsAreNoTrouble() {
        Redactor redactor = Redactor.of(List.of());
        String text = "a-".repeat(100_000) + " password=x " + "b_".repeat(100_000) + "'" + "'\\''".repeat(100_000);

        assertThat(redactor.text(text)).contains(" password=*** ").hasSize(text.length() + 2);
    }

    @Test
    void aValueThatTheCutWouldSplitIsHiddenWhole() {
        Redactor redactor = Redactor.of(List.of()).and(Map.of("KEY", "s3cr3t-value"));
        String text = "x".repeat(RecordedText.LONGEST - 4) + "s3cr3t-value" + "y".repeat(100);

        assertThat(redactor.recorded(text).text()).doesNotContain("s3cr");
        assertThat(redactor.recorded(text).isCut()).isTrue();
    }
}
