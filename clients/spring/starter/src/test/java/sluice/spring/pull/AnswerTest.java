package sluice.spring.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** What the API takes, and no more of it than it takes. */
class AnswerTest {
    private static final Lease LEASE = new Lease("life-1", "a", Duration.ofSeconds(30), List.of());

    private static Answer of(Outcome outcome) {
        return Answer.of(LEASE, 7, outcome);
    }

    @Test
    void isWrittenWithoutWhatItDoesNotSay() throws Exception {
        assertThat(new ObjectMapper().writeValueAsString(of(Outcome.of(Outcome.Kind.DUPLICATE))))
                .isEqualTo("{\"lease\":\"life-1\",\"position\":7,\"answer\":\"done\"}");
    }

    @Test
    void aReasonIsOneLineOf500Bytes() {
        assertThat(of(Outcome.dead(" no\n  such item ")).reason()).isEqualTo("no such item");
        assertThat(of(Outcome.dead("x".repeat(499) + "😀")).reason()).isEqualTo("x".repeat(499));
        for (String letter : new String[] {"x", "é", "주", "😀"}) {
            String reason = of(Outcome.dead(letter.repeat(100_000))).reason();
            assertThat(reason.getBytes(StandardCharsets.UTF_8)).as(letter).hasSizeBetween(496, 500);
            assertThat(reason).isEqualTo(letter.repeat(reason.length() / letter.length()));
        }
    }

    @Test
    void aWaitIsAWeekAtMost() {
        assertThat(of(Outcome.retry("later", Duration.ofSeconds(90))).after()).isEqualTo("90000ms");
        assertThat(of(Outcome.retry("later", Duration.ofDays(30))).after()).isEqualTo("604800000ms");
    }
}
