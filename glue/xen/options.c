// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * options.c - what the command line says: ipmmu=...
 */
#include "ipmmu-xen.h"

#include <xen/errno.h>
#include <xen/init.h>
#include <xen/param.h>

struct ipmmu_xen_options ipmmu_xen_opt = {
    .panic = true,
};

static const struct
{
    const char *name;
    bool *value;
} option_names[] __initconst = {
    { "panic",               &ipmmu_xen_opt.panic },
    { "force-stage2",        &ipmmu_xen_opt.force_stage2 },
    { "accept-unsuitable",   &ipmmu_xen_opt.accept_unsuitable },
    { "lockdown",            &ipmmu_xen_opt.lockdown },
    { "assume-powered",      &ipmmu_xen_opt.assume_powered },
    { "flush-additions",     &ipmmu_xen_opt.flush_additions },
    { "context-flush-whole", &ipmmu_xen_opt.context_flush_whole },
    { "cache-flush-unread",  &ipmmu_xen_opt.cache_flush_unread },
};

static int __init parse_one(const char *s, const char *end)
{
    unsigned int i;
    int value;

    for ( i = 0; i < ARRAY_SIZE(option_names); i++ )
    {
        value = parse_boolean(option_names[i].name, s, end);
        if ( value >= 0 )
        {
            *option_names[i].value = value;
            return 0;
        }
    }

    return -EINVAL;
}

static int __init parse_ipmmu_param(const char *s)
{
    const char *end;
    int rc = 0;

    do {
        end = strchr(s, ',');
        if ( end == NULL )
            end = strchr(s, '\0');
        if ( parse_one(s, end) != 0 )
            rc = -EINVAL;
        s = end + 1;
    } while ( *end != '\0' );

    return rc;
}
custom_param("ipmmu", parse_ipmmu_param);

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
