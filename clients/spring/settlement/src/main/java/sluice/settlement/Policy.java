package sluice.settlement;

import org.springframework.boot.context.properties.ConfigurationProperties;

import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * @param offset of the business time zone to UTC
 * @param payoutDays after its delivery an item may be paid
 */
@ConfigurationProperties("settlement")
public record Policy(Duration offset, int payoutDays) {
    LocalDate businessDay(OffsetDateTime time) {
        return time.withOffsetSameInstant(ZoneOffset.UTC).plus(offset).toLocalDate();
    }
}
