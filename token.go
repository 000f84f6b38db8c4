package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"croft/server/oauth"
	"croft/store"
)

func tokenCommand() *cobra.Command {
	var s settings
	var scopes, name string
	cmd := &cobra.Command{
		Use: "token", Short: "Print a key to the client API for a script of your own; works while the server runs", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if name == "" {
				return usageError{errors.New("--name: say what the key is for, to know it by later")}
			}
			if _, ok := oauth.ParseScopes(scopes); !ok {
				return usageError{fmt.Errorf("--scopes: name some of %s", oauth.Known())}
			}
			folder, err := s.oneHome()
			if err != nil {
				return err
			}
			return store.Beside(cmd.Context(), filepath.Join(folder, "croft.db"), func(v store.Sessions) error {
				grant, err := oauth.New(v, time.Now).Give(cmd.Context(), name, scopes)
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), grant.Token)
				}
				return err
			})
		},
	}
	s.addData(cmd)
	s.addHome(cmd)
	cmd.Flags().StringVar(&scopes, "scopes", "read", `what the key opens, such as "read write follow push"`)
	cmd.Flags().StringVar(&name, "name", "", "what it is for, to know it by on the page of apps")
	return cmd
}
